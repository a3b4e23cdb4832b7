// What has to be mended must be seen: a part that holds an error stands open.
document.querySelectorAll("details").forEach((part) => {
  if (part.querySelector(".errorlist")) part.open = true;
});
