const marks = /\p{M}/gu;

/**
 * Search key of a text: lower case, without Vietnamese tone and vowel marks, one space between words.
 * NFD takes the marks off; đ is a letter of its own and has no decomposition.
 */
export function fold(text: string): string {
  return text.normalize('NFD').replace(marks, '').toLowerCase().replaceAll('đ', 'd').replace(/\s+/g, ' ').trim();
}

/**
 * Whether every word of a query occurs in a folded text, in any order. A word is looked for at the beginnings of
 * words: "tan an" means Tân An, and not the end of Lê Duẩn in Tân Lập. One with a digit is looked for everywhere,
 * since people remember the last digits of an id.
 */
export function matchesFolded(key: string, foldedWords: readonly string[]): boolean {
  return foldedWords.every((word) => {
    if (/\d/.test(word)) return key.includes(word);
    return key.startsWith(word) || key.includes(` ${word}`);
  });
}

export function foldedWords(query: string): string[] {
  const folded = fold(query);
  return folded === '' ? [] : folded.split(' ');
}
