-- 0006: a country as the API shows it: its row, and what the facilities and figures
-- say of it. A view, so that the counts are never older than the facilities.
-- The counts stand beside their ids, in the order of the vocabularies, zeros
-- included; kinds and sectors name those that are counted at least once.

CREATE VIEW country_record AS
SELECT
    c.id,
    lower(c.code) COLLATE "C" AS slug,
    c.code AS country,
    c.alpha2,
    c.names,
    nullif(c.names ->> 'en', '') COLLATE "C" AS name,
    nullif(c.names ->> 'zh', '') COLLATE "C" AS name_zh,
    f.facilities,
    k.kinds,
    k.kind_ids,
    k.kind_counts,
    s.sectors,
    s.sector_ids,
    s.sector_counts,
    g.figures,
    1::bigint << 62 AS zorder, -- no place in the order but the id
    c.outline AS geom,
    c.search_text
FROM country c
CROSS JOIN LATERAL (
    SELECT count(*) AS facilities FROM facility WHERE country = c.code
) f
CROSS JOIN LATERAL (
    SELECT array_agg(id::text ORDER BY position, id) FILTER (WHERE n > 0) AS kinds,
           array_agg(id::text ORDER BY position, id) AS kind_ids,
           array_agg(n ORDER BY position, id) AS kind_counts
    FROM (
        SELECT kind.id, kind.position, count(facility.kind) AS n
        FROM kind LEFT JOIN facility ON facility.kind = kind.id AND facility.country = c.code
        GROUP BY kind.id
    ) counted
) k
CROSS JOIN LATERAL (
    SELECT array_agg(id::text ORDER BY position, id) FILTER (WHERE n > 0) AS sectors,
           array_agg(id::text ORDER BY position, id) AS sector_ids,
           array_agg(n ORDER BY position, id) AS sector_counts
    FROM (
        SELECT sector.id, sector.position, coalesce(found.n, 0) AS n
        FROM sector LEFT JOIN (
            SELECT unnest(sectors) AS id, count(*) AS n FROM facility WHERE country = c.code GROUP BY 1
        ) found ON found.id = sector.id
    ) counted
) s
CROSS JOIN LATERAL (
    SELECT jsonb_agg(to_jsonb(cooperation) ORDER BY position, indicator, year, source_url) AS figures
    FROM cooperation WHERE country = c.code
) g;
