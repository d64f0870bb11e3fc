// A button beside each line to copy. Without scripts the lines can still be selected.

for (const line of document.querySelectorAll("pre[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = line.getAttribute("data-copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(line.textContent ?? "");
    } catch { // not allowed, or not over https: the line stands selected, for the reader to copy
      return select(line);
    }
    button.textContent = line.getAttribute("data-copied");
    setTimeout(() => { button.textContent = line.getAttribute("data-copy"); }, 2000);
  });
  if (navigator.clipboard || getSelection()) line.after(button);
}

/** It takes the focus, for the keys that copy. @param {Element} line */
function select(line) {
  /** @type {HTMLElement} */ (line).focus();
  getSelection()?.selectAllChildren(line);
}
