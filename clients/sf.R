# R with sf, which reads through GDAL.

url <- sub("/$", "", Sys.getenv("ATLAS_URL"))
table <- read.delim(Sys.getenv("ATLAS_EXPECTED"), header = FALSE, quote = "", colClasses = "character", encoding = "UTF-8")
expected <- setNames(as.list(table[[2]]), table[[1]])
ids <- function(name) sort(as.integer(strsplit(expected[[name]], ",")[[1]]))

quoted <- function(text) paste0('"', gsub('"', '\\\\"', gsub("\\\\", "\\\\\\\\", text)), '"')
say <- function(...) cat("{", paste(..., sep = ", "), "}\n", sep = "")
check <- function(name, want, get) {
  got <- tryCatch(get(), error = function(e) conditionMessage(e))
  ok <- isTRUE(all.equal(got, want, check.attributes = FALSE))
  seen <- if (length(got) > 3) length(got) else paste(got, collapse = " ")
  if (!ok) seen <- paste0(seen, ", not ", paste(head(want, 3), collapse = " "))
  say(paste0('"check": ', quoted(name)), paste0('"ok": ', tolower(ok)), paste0('"seen": ', quoted(gsub("\n", " ", seen))))
}

suppressMessages(library(sf))
say('"client": "R sf"', paste0('"version": ', quoted(as.character(packageVersion("sf")))))

read <- function(source, ...) st_read(source, ..., quiet = TRUE)
service <- paste0("OAPIF:", url)
facilities <- read(service, "facilities")
thai <- facilities[facilities$id == as.integer(expected[["thai id"]]), ]

check("lists the collections", c("facilities", "institutions", "partnerships", "projects", "countries"), function() st_layers(service)$name)
check("pages to the end", ids("all"), function() sort(facilities$id))
check("reads the countries", as.integer(expected[["countries"]]), function() nrow(read(service, "countries")))
check("reads the institutions", as.integer(expected[["institutions"]]), function() nrow(read(service, "institutions")))
check("reads the partnerships as lines", as.integer(c(expected[["partnerships"]], expected[["lines"]])), function() {
  partnerships <- read(paste0(url, "/data/partnerships.geojson"))
  c(nrow(partnerships), sum(!st_is_empty(partnerships)))
})
check("reads the projects as points", as.integer(c(expected[["projects"]], expected[["placed projects"]])), function() {
  projects <- read(service, "projects")
  c(nrow(projects), sum(st_geometry_type(projects) == "MULTIPOINT" & !st_is_empty(projects)))
})
check("filters by a list", ids("in Thailand"), function() sort(read(paste0(url, "/data/facilities.geojson?country=THA"))$id))
check("an empty result", 0L, function() nrow(read(paste0(url, "/data/facilities.geojson?city=Atlantis"))))
check("no position", ids("without a position"), function() sort(facilities$id[st_is_empty(facilities)]))
check("Thai text", expected[["thai name"]], function() thai$name_local)
check("Chinese text", expected[["chinese name"]], function() facilities$name_zh[facilities$id == as.integer(expected[["chinese id"]])])
in_chinese <- function(records) {
  record <- records[records$id == as.integer(expected[["chinese id"]]), ]
  c(record$name, record$kind_label)
}
named <- c(expected[["chinese name"]], expected[["chinese kind"]])
check("names and labels in Chinese", named, function() in_chinese(read(paste0(service, "/?lang=zh"), "facilities")))
check("names and labels in Chinese in .geojson", named, function() in_chinese(read(paste0(url, "/data/facilities.geojson?lang=zh"))))
check("types", c("integer", "character"), function() c(class(facilities$established), class(facilities$name)))
check("another CRS", TRUE, function() {
  there <- read(paste0(url, "/collections/facilities/items?country=THA&crs=http://www.opengis.net/def/crs/EPSG/0/3857"))
  mean(st_coordinates(there[!st_is_empty(there), ])[, 1]) > 1e7
})
for (suffix in c("fgb", "gpkg")) local({
  file <- tempfile(fileext = paste0(".", suffix))
  download.file(paste0(url, "/data/facilities.", suffix, "?country=THA"), file, mode = "wb", quiet = TRUE)
  check(paste0("opens .", suffix), ids("in Thailand"), function() sort(read(file)$id))
})
