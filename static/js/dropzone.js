/* A file dropped on the label goes into its input; the name of the file stands in place of the invitation. */
const zone = document.querySelector("[data-dropzone]");
const input = zone.querySelector("input[type=file]");
const name = zone.querySelector("[data-dropzone-name]");

const show = () => {
  if (input.files.length) name.textContent = input.files[0].name;
};
for (const type of ["dragover", "dragenter"]) {
  zone.addEventListener(type, (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
}
for (const type of ["dragleave", "drop"]) zone.addEventListener(type, () => zone.classList.remove("is-over"));
zone.addEventListener("drop", (event) => {
  event.preventDefault();
  if (!event.dataTransfer.files.length) return;
  input.files = event.dataTransfer.files;
  show();
});
input.addEventListener("change", show);
