// A client of openapi-generator for typescript-fetch.
import { Configuration, PlacesApi } from "./typescript-fetch/index";

async function main() {
  const api = new PlacesApi(new Configuration({ basePath: process.argv[2] }));
  const page = await api.placesList({ kind: ["port"], pageSize: 2 });
  const slugs: (string | undefined)[] = page.results.map((place) => place.slug);
  console.log(JSON.stringify({ count: page.count, slugs }));
}

void main();
