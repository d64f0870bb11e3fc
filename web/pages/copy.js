// A button beside each line to copy. Without scripts the lines can still be selected.

for (const line of document.querySelectorAll("pre[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = line.getAttribute("data-copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(line.textContent ?? "");
    button.textContent = line.getAttribute("data-copied");
    setTimeout(() => { button.textContent = line.getAttribute("data-copy"); }, 2000);
  });
  line.after(button);
}
