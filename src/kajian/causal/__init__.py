"""What moves welfare: inference for few clusters, neighbours, sensitivity, decompositions."""
