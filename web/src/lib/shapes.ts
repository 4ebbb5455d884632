/** The names of the small drawings in ui/shape.tsx. */
export type ShapeName = "sun" | "drop" | "leaf" | "ring" | "trio";
