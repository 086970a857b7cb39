import { expect, test } from 'vitest';
import { fold, foldedWords, matchesFolded } from '../../src/text/fold';

test.each([
  ['Buôn Ma Thuột', 'buon ma thuot'],
  ['ĐẮK LẮK', 'dak lak'],
  ['Cư Êbur', 'cu ebur'],
  ['Y Bih Alêô', 'y bih aleo'],
  ['  Phường   Tân\u00a0Lập ', 'phuong tan lap'],
  // The same word composed and decomposed.
  ['Thuột'.normalize('NFD'), 'thuot'],
  ['70B3D57ED0001002', '70b3d57ed0001002'],
])('%s is found as %s', (text, key) => {
  expect(fold(text)).toBe(key);
});

test('every Vietnamese letter folds to a plain one', () => {
  const letters = 'aàảãáạăằẳẵắặâầẩẫấậđeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵ';
  expect(fold(letters + letters.toUpperCase())).toMatch(/^[a-z]+$/);
});

test('words of a query match in any order, and all of them must', () => {
  const key = fold('Đồng hồ vùng Lê Duẩn 7 Phường Tân Lập');
  expect(matchesFolded(key, foldedWords('tan lap dong ho'))).toBe(true);
  expect(matchesFolded(key, foldedWords('lê duẩn'))).toBe(true);
  expect(matchesFolded(key, foldedWords('le duan tan an'))).toBe(false);
  expect(foldedWords('  ')).toEqual([]);
  expect(matchesFolded('70b3d57ed0001002 den 5', ['1002'])).toBe(true);
  expect(matchesFolded('den le duan', ['duan'])).toBe(true);
  expect(matchesFolded('den le duan', ['uan'])).toBe(false);
});
