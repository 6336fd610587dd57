// Swagger UI from our own static files; validatorUrl would send the schema to someone else's server.
const reference = document.getElementById("reference");
window.SwaggerUIBundle({
  domNode: reference,
  url: reference.dataset.schema,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
