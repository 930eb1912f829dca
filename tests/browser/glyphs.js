// Letters of the page that the reader's type cannot draw: they look like one that
// nobody has assigned, or like nothing.
() => {
  const sheet = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  sheet.canvas.width = sheet.canvas.height = 48;
  const drawn = (letter, font) => {
    sheet.clearRect(0, 0, 48, 48);
    sheet.font = font;
    sheet.fillText(letter, 8, 34);
    return sheet.getImageData(0, 0, 48, 48).data.join();
  };
  const seen = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (element.closest("script, style") || !element.checkVisibility()) continue;
    const font = `24px ${getComputedStyle(element).fontFamily}`;
    for (const letter of node.textContent) if (/\S/u.test(letter) && !/\p{Cf}/u.test(letter)) seen.set(letter + font, [letter, font]);
  }
  return [...seen.values()]
    .filter(([letter, font]) => [drawn("\u{10FFFE}", font), drawn("\u0378", font), drawn(" ", font)].includes(drawn(letter, font)))
    .map(([letter]) => `U+${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`);
}
