export type Language = 'vi' | 'en';

const storageKey = 'smartcity.language';

/** The language chosen last on this screen; Vietnamese where none was, whatever the browser's own language is. */
export function rememberedLanguage(): Language {
  try {
    return localStorage.getItem(storageKey) === 'en' ? 'en' : 'vi';
  } catch {
    return 'vi';
  }
}

export function rememberLanguage(language: Language): void {
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // A browser that keeps nothing for this page still switches for the session.
  }
}
