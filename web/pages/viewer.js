// The viewer of the API definition: Swagger UI, as published, told what to show.
// The list below it is for readers without scripts, and in their language.

const place = document.getElementById("viewer");
const list = document.getElementById("listing");
if (place && list) {
  // @ts-expect-error: the bundle is no module, and defines one global
  window.SwaggerUIBundle({
    domNode: place,
    url: place.dataset.definition,
    validatorUrl: null, // no request to elsewhere
    docExpansion: "none",
    deepLinking: true,
    defaultModelsExpandDepth: -1,
    onComplete: () => {
      // The page has one main part already.
      for (const part of place.querySelectorAll("main, [role=main]")) part.setAttribute("role", "group");
      list.removeAttribute("open");
    },
  });
}
