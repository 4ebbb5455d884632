"""What of a page stands outside of its window."""

# Sideways scrolling of the page itself, and controls that nobody can reach because they stand outside of it.
TOO_WIDE = """() => {
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
