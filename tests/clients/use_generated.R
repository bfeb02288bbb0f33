# A client of openapi-generator for R: the library into which it is installed, and the server.
# Its methods lose nested lists on their way through data frames; its models read the text itself.
arguments <- commandArgs(trailingOnly = TRUE)
library(openapi, lib.loc = arguments[1])
places <- PlacesApi$new(ApiClient$new(base_path = arguments[2]))
answer <- places$PlacesListWithHttpInfo(kind = list("port"), page_size = 2, .parse = FALSE)
page <- PaginatedPlaceList$new()$fromJSON(answer$content)
slugs <- sapply(page$results, function(place) place$slug)
cat(jsonlite::toJSON(list(count = page$count, slugs = slugs), auto_unbox = TRUE))
