# Each list as a table of R, of CSV and of JSON: the rows of both, by type.
server <- commandArgs(trailingOnly = TRUE)[1]
types <- names(jsonlite::fromJSON(paste0(server, "/api/v1/"))$endpoints)
rows <- lapply(types, function(type) {
  address <- paste0(server, "/api/v1/", type, "/")
  table <- read.csv(paste0(address, "?format=csv"))
  page <- jsonlite::fromJSON(paste0(address, "?page_size=500"))
  c(nrow(table), nrow(page$results))
})
cat(jsonlite::toJSON(setNames(rows, types)))
