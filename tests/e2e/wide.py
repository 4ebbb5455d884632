"""Finds elements of a page that are outside of its window."""

# Waits until a new size is drawn, then looks for sideways scrolling of the page, and for controls outside of the
# window that nobody can reach.
TOO_WIDE = """async () => {
  for (let frame = 0; frame < 3; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
  const { clientWidth, scrollWidth } = document.scrollingElement;
  const scrolls = (one) => one && (getComputedStyle(one).overflowX === 'auto' || scrolls(one.parentElement));
  const outside = [...document.querySelectorAll('button, input, select, a[href]')].filter((one) => {
    const { left, right, width } = one.getBoundingClientRect();
    return one.checkVisibility({ checkVisibilityCSS: true }) && width > 1 && (left < -1 || right > clientWidth + 1)
      && !scrolls(one.parentElement);
  });
  const wide = scrollWidth > clientWidth ? [`${scrollWidth} > ${clientWidth}`] : [];
  return [...wide, ...outside.map((one) => one.outerHTML)];
}"""
