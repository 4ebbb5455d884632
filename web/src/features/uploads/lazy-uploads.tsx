/** The uploads, loaded after the first look at the library. Files chosen before wait in PageUploads. */
import { lazyPart } from "../../ui/lazy-part";
import type { UploadsProps } from "./uploads";

export const LazyUploads = lazyPart<UploadsProps>(async () => ({ default: (await import("./uploads")).Uploads }));
