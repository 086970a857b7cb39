using System.Globalization;
using System.Text;

namespace SmartCityIoT.Devices.Lookup;

/// <summary>Text as people search for it: without accents, in lower case, so that "buon ma thuot" finds "Buôn Ma Thuột".</summary>
public static class SearchText
{
    /// <summary>
    /// Decomposes (NFD), drops the marks, turns đ into d (it has no decomposition), lower-cases, and makes one space of any white space.
    /// </summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var letter in WellFormed(text).Normalize(NormalizationForm.FormD))
        {
            switch (letter)
            {
                case 'đ' or 'Đ':
                    folded.Append('d');
                    break;
                case var _ when char.IsWhiteSpace(letter):
                    if (folded.Length > 0 && folded[^1] != ' ') folded.Append(' ');
                    break;
                case var _ when CharUnicodeInfo.GetUnicodeCategory(letter) == UnicodeCategory.NonSpacingMark:
                    break;
                default:
                    folded.Append(char.ToLowerInvariant(letter));
                    break;
            }
        }

        return folded.ToString().TrimEnd();
    }

    /// <summary>Normalisation throws on half a surrogate pair, which a question may hold; each becomes U+FFFD.</summary>
    private static string WellFormed(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\ud800', '\udfff')) return text;
        var mended = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) mended.Append(rune.ToString());
        return mended.ToString();
    }

    /// <summary>The folded words of a question; each of them must be found.</summary>
    internal static string[] Terms(string text) => Fold(text).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
