using System.Text.Json;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Rig;

/// <summary>All dead letters of a platform, page by page.</summary>
internal static class LetterPile
{
    public static async Task<IReadOnlyList<JsonElement>> ReadAsync(PlatformProcess platform)
    {
        var letters = new List<JsonElement>();
        string? next = null;
        do
        {
            var page = await platform.GetAsync("/api/v1/dead-letters?limit=10000" + (next is null ? "" : "&after=" + Uri.EscapeDataString(next)));
            letters.AddRange(page.GetProperty("items").EnumerateArray());
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);
        return letters;
    }
}
