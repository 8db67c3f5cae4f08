"""Small areas: what a model adds to a survey, with its error."""
