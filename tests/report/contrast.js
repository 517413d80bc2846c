/**
 * Runs in the page: the visible texts whose contrast with what lies behind them is under 4.5 (WCAG 2 AA).
 * Backgrounds are followed up the tree; a drawing's label also lies on the shape drawn just before it.
 */
(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], ground) => [r, g, b].map((value, i) => value * a + ground[i] * (1 - a));
  const luminance = (rgb) =>
    rgb.map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
      .reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
  const ratio = (a, b) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };
  const ground = (element) => {
    if (!element) return [255, 255, 255];
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own.slice(0, 3) : over(own, ground(element.parentElement));
  };
  const behind = (element) => {
    const shape = element.matches("svg text") && element.previousElementSibling;
    if (!shape || !shape.matches("rect.operation, rect.state, rect.value")) return ground(element);
    const style = getComputedStyle(shape);
    const [r, g, b, a] = rgba(style.fill);
    return over([r, g, b, a * Number(style.fillOpacity)], ground(element));
  };
  const texts = [...document.querySelectorAll("body *")].filter((element) =>
    [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()) &&
    !element.closest("title, desc, .sr, .absent, style") && element.checkVisibility()
  );
  const poor = texts.flatMap((element) => {
    const style = getComputedStyle(element);
    const colour = rgba(element.matches("svg *") ? style.fill : style.color);
    const value = ratio(over(colour, behind(element)), behind(element));
    return value < 4.5 ? [`${element.textContent.trim().slice(0, 40)}: ${value.toFixed(2)}`] : [];
  });
  return { texts: texts.length, poor };
})();
