-- 0015: how a kind is drawn, what schema.org calls it (NULL where nobody says), and which
-- figures are no numbers but name a country, are data. The kinds and figures of the built-in
-- set keep what they had from the program until now.

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

ALTER TABLE cooperation
    ADD COLUMN named boolean NOT NULL DEFAULT false; -- a value of 1 says that the source names the country

UPDATE cooperation SET named = true
WHERE value = 1 AND indicator IN ('bilateral_technology_transfer_centre', 'guangxi_ai_agreement_partner', 'guangxi_crop_station_present',
    'guangxi_joint_lab_present', 'technology_transfer_mechanism');
