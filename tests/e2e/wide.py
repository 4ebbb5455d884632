"""What of a page stands outside of its window."""

# First it lets a new size be heard of and drawn. Then it looks for sideways scrolling of the page itself, and for
# controls that nobody can reach because they stand outside of it.
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
