using System.CommandLine;
using System.Globalization;
using SmartCityIoT.Storage.Export;

namespace SmartCityIoT.Server.Store;

/// <summary>Times on the command line: <c>2026-12-01</c> or <c>2026-12-01T07:00:00+07:00</c>; without a zone they are UTC.</summary>
internal static class TimeArgument
{
    public static Option<string?> Option(string name, string description) => new(name) { Description = description, HelpName = "TIME" };

    /// <returns>Unix milliseconds, or <paramref name="otherwise"/> without a text.</returns>
    /// <exception cref="StoreCopyException">The text is no time.</exception>
    public static long Parse(string name, string? text, long otherwise)
    {
        if (text is null) return otherwise;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds()
            : throw new StoreCopyException($"{name} must be a time such as 2026-12-01 or 2026-12-01T07:00:00+07:00, which \"{text}\" is not");
    }
}
