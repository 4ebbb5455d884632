/** The uploads, loaded after the first look at the library. What was chosen waits for them. */
import { lazyPart } from "../../ui/lazy-part";
import type { UploadsProps } from "./uploads";

export const LazyUploads = lazyPart<UploadsProps>(async () => ({ default: (await import("./uploads")).Uploads }));
