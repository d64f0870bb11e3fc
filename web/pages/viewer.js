// The viewer of the API definition: Swagger UI, as published, told what to show.
// The list below it is for readers without scripts, and in their language.

const root = document.getElementById("viewer");
const list = document.getElementById("listing");
if (root && list) {
  // @ts-expect-error: the bundle is no module, and defines one global
  window.SwaggerUIBundle({
    domNode: root,
    url: root.dataset.definition,
    validatorUrl: null, // no request to elsewhere
    docExpansion: "none",
    deepLinking: true,
    defaultModelsExpandDepth: -1,
    onComplete: () => {
      // The page has one main part already.
      for (const part of root.querySelectorAll("main, [role=main]")) part.setAttribute("role", "group");
      list.removeAttribute("open");
    },
  });
}
