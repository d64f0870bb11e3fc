-- 0012: the countries' counts in three passes over the facilities, where 0006 looked
-- for those of each country by themselves: at a million records that took longer than
-- an answer may. The columns and what they hold are the same. Each count is a join of
-- its own with one row a country, so that a query which does not name it does not make it.

CREATE OR REPLACE VIEW country_record AS
SELECT
    c.id,
    lower(c.code) COLLATE "C" AS slug,
    c.code AS country,
    c.alpha2,
    c.names,
    nullif(c.names ->> 'en', '') COLLATE "C" AS name,
    nullif(c.names ->> 'zh', '') COLLATE "C" AS name_zh,
    coalesce(f.facilities, 0) AS facilities,
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
LEFT JOIN (
    SELECT country, count(*) AS facilities FROM facility GROUP BY country
) f ON f.country = c.code
LEFT JOIN (
    SELECT code,
           array_agg(kind.id::text ORDER BY position, kind.id) FILTER (WHERE n > 0) AS kinds,
           array_agg(kind.id::text ORDER BY position, kind.id) AS kind_ids,
           array_agg(coalesce(n, 0) ORDER BY position, kind.id) AS kind_counts
    FROM country CROSS JOIN kind LEFT JOIN (
        SELECT country, kind, count(*) AS n FROM facility GROUP BY country, kind
    ) counted ON counted.country = code AND counted.kind = kind.id
    GROUP BY code
) k ON k.code = c.code
LEFT JOIN (
    SELECT code,
           array_agg(sector.id::text ORDER BY position, sector.id) FILTER (WHERE n > 0) AS sectors,
           array_agg(sector.id::text ORDER BY position, sector.id) AS sector_ids,
           array_agg(coalesce(n, 0) ORDER BY position, sector.id) AS sector_counts
    FROM country CROSS JOIN sector LEFT JOIN (
        -- Lists are counted whole first: there are far fewer different ones than records.
        SELECT country, unnest(sectors) AS sector, sum(n)::bigint AS n
        FROM (SELECT country, sectors, count(*) AS n FROM facility GROUP BY country, sectors) lists
        GROUP BY 1, 2
    ) counted ON counted.country = code AND counted.sector = sector.id
    GROUP BY code
) s ON s.code = c.code
LEFT JOIN (
    SELECT country, jsonb_agg(to_jsonb(cooperation) ORDER BY position, indicator, year, source_url) AS figures
    FROM cooperation GROUP BY country
) g ON g.country = c.code;
