"""Raw tables with their passports, region codes, outlines and schools."""
