-- 0004: the name of what the database holds. The revision goes up with each import
-- that changes something; the random id keeps two databases from giving one name to
-- two contents.

CREATE TABLE dataset (
    id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    revision bigint NOT NULL DEFAULT 0,
    updated  timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX dataset_one_row ON dataset ((true));
INSERT INTO dataset DEFAULT VALUES;
