// Package generated makes clients of the API's definition, as programmers do, and lets
// them read the real program: in Go by oapi-codegen, and with the build tag java in Python
// by openapi-generator. Each fetches items, facets, a tile and every file under /data.
package generated
