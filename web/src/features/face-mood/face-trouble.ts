/** Why there is no verdict. Each kind has its text in the `troubles` of words/. */

export type FaceTroubleKind =
  | "insecure"
  | "refused"
  | "no_camera"
  | "busy"
  | "cut"
  | "left"
  | "no_face"
  | "many_faces"
  | "no_model"
  | "no_wasm"
  | "failed";

export class FaceTrouble extends Error {
  readonly kind: FaceTroubleKind;

  constructor(kind: FaceTroubleKind) {
    super(kind);
    this.kind = kind;
  }
}

export function troubleOf(error: unknown): FaceTroubleKind {
  return error instanceof FaceTrouble ? error.kind : "failed";
}
