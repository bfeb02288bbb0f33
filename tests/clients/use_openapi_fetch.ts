// The lists in JSON, typed; of the other forms of an answer the media types here name none.
import createClient from "openapi-fetch";
import type { paths } from "./api.js";

const server = process.argv[2];
const api = createClient<paths, "application/json" | "application/problem+json">({
  baseUrl: server,
});
const { data, error } = await api.GET("/api/v1/places/", {
  params: { query: { kind: ["port"], page_size: 2 } },
});
if (error) throw new Error(error.title);
const slugs: (string | undefined)[] = data.results.map((place) => place.slug);
const refused = await api.GET("/api/v1/places/", {
  params: { query: { kind: ["prt" as "port"] } },
});
const problem = refused.error?.errors?.[0].parameter;
console.log(JSON.stringify({ count: data.count, slugs, problem }));
