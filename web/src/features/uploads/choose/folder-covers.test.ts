import { expect, test } from "vitest";
import { aSong } from "../../../testing/builders";
import { folderCoverOf, takeFolderCovers } from "./folder-covers";

const filed = (path: string, type = "") => {
  const file = aSong(path.slice(path.lastIndexOf("/") + 1), 10, type);
  return { file, folder: path.slice(0, path.lastIndexOf("/") + 1) };
};
const namesOf = (files: readonly File[]) => files.map(({ name }) => name);

test("the picture beside the songs of a folder is their cover, and no file of its own", () => {
  const [one, two, picture, other] = [filed("a/1.mp3"), filed("a/2.flac"), filed("a/Folder.JPG"), filed("b/3.mp3")];

  expect(namesOf(takeFolderCovers([one, two, picture, other]))).toEqual(["1.mp3", "2.flac", "3.mp3"]);

  expect(folderCoverOf(one.file)).toBe(picture.file);
  expect(folderCoverOf(two.file)).toBe(picture.file);
  expect(folderCoverOf(other.file)).toBeUndefined();
});

test("of several, cover goes before folder, and folder before front; the others stay files", () => {
  const song = filed("a/1.mp3");

  const rest = takeFolderCovers([filed("a/front.png"), filed("a/cover.png"), song, filed("a/folder.png"), filed("a/back.png")]);

  expect(folderCoverOf(song.file)?.name).toBe("cover.png");
  expect(namesOf(rest)).toEqual(["front.png", "1.mp3", "folder.png", "back.png"]);
});

test.each([
  ["beside no song", ["a/cover.jpg", "a/film.mp4"]],
  ["in a folder above", ["a/cover.jpg", "a/b/1.mp3"]],
  ["chosen without its folder", ["cover.jpg", "1.mp3"]],
  ["which is no picture", ["a/cover.pdf", "a/1.mp3"]],
  ["with another name", ["a/recover.jpg", "a/1.mp3"]],
])("a file %s stays a file", (_, paths) => {
  expect(takeFolderCovers(paths.map((path) => filed(path)))).toHaveLength(2);
});
