// What has to be mended must be seen: a part that holds an error stands open, and the page begins at what is said of it.
document.querySelectorAll("details").forEach((part) => {
  if (part.querySelector(".errorlist")) part.open = true;
});
document.querySelector(".errornote")?.scrollIntoView();
