-- 0010: the records of one country in the order of pages and clusters. A country lies
-- together in that order, and without this index its first page is looked for from the
-- first record on: the planner takes its records to be spread evenly.

CREATE INDEX facility_country_order ON facility (country, zorder, id);
