-- 0015: how a kind is drawn, and what schema.org calls it, are data: NULL where nobody says.
-- The kinds of the built-in set keep what they had from the program until now.

ALTER TABLE kind
    ADD COLUMN sign        stated CHECK (sign ~ '^(circle|square|triangle|diamond|pentagon|hexagon|cross|star) [1-8]$'), -- shape and colour
    ADD COLUMN schema_type stated CHECK (schema_type ~ '^[A-Z][A-Za-z]+$');

UPDATE kind SET sign = known.sign, schema_type = known.schema_type
FROM (VALUES
    ('joint-laboratory', 'circle 1', 'ResearchOrganization'),
    ('innovation-centre', 'square 2', 'ResearchOrganization'),
    ('agricultural-park', 'triangle 3', NULL)
) AS known (id, sign, schema_type)
WHERE kind.id = known.id;
