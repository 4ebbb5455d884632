/** "Edit" in a row's menu: the file's page opens with its fields shown. */
import { createStore } from "../../../lib/store";

/** The file to edit; null: its page opens as ever. */
export const editRequest = createStore<string | null>(null);
