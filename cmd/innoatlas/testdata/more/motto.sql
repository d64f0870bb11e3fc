-- What one more column of a facility is in the database.
ALTER TABLE facility ADD COLUMN motto stated;
