using System.Text.RegularExpressions;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Storage.Export;

/// <summary>Bits in words, lower snake case, apart by <c>|</c>: <c>late|test</c>.</summary>
internal static partial class ExportNames
{
    private static readonly string[] Qualities = [.. Enumerable.Range(0, 256).Select(bits => bits == 0 ? "good" : Names(bits, bit => ((Quality)bit).ToString()))];
    private static readonly string[] Flags = [.. Enumerable.Range(0, 256).Select(bits => Names(bits, bit => ((FrameFlags)bit).ToString()))];

    public static string Of(Quality quality) => Qualities[(byte)quality];

    public static string Of(FrameFlags flags) => Flags[(byte)flags];

    private static string Names(int bits, Func<int, string> name) => string.Join('|', Enumerable.Range(0, 8)
        .Where(bit => (bits >> bit & 1) != 0)
        .Select(bit => name(1 << bit))
        .Select(word => char.IsDigit(word[0]) ? "bit_" + word : Inner().Replace(word, "_$0").ToLowerInvariant()));

    [GeneratedRegex("(?<!^)[A-Z]", RegexOptions.CultureInvariant)]
    private static partial Regex Inner();
}
