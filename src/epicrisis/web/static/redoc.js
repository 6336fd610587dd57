// ReDoc from our own static files. Its search would run in a worker made of a string, which our policy forbids.
const reference = document.getElementById("reference");
window.Redoc.init(
  reference.dataset.schema,
  { disableSearch: true, nativeScrollbars: true, hideDownloadButtons: false, theme: { typography: {
    fontFamily: "system-ui, sans-serif", headings: { fontFamily: "system-ui, sans-serif" } } } },
  reference,
);
