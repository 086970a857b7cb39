using System.Globalization;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <summary>Where a broker listens.</summary>
internal sealed record BrokerAddress(string Host, int Port)
{
    private const int PlainPort = 1883;
    private const int TlsPort = 8883;

    /// <summary>Reads a list such as <c>broker-1, broker-2:1884, [::1]:1883</c>; null where it is none.</summary>
    public static IReadOnlyList<BrokerAddress>? ParseList(BrokerOptions options)
    {
        var addresses = new List<BrokerAddress>();
        foreach (var text in (options.Host ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Parse(text, options.Port ?? (options.UseTls ? TlsPort : PlainPort)) is not { } address) return null;
            addresses.Add(address);
        }

        return addresses;
    }

    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    private static BrokerAddress? Parse(string text, int defaultPort)
    {
        var colon = text.LastIndexOf(':');
        var isBare = colon < 0 || text.EndsWith(']') || (text.IndexOf(':', StringComparison.Ordinal) != colon && text[0] != '[');
        var host = (isBare ? text : text[..colon]).Trim('[', ']');
        var port = defaultPort;
        if (!isBare && !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)) return null;
        return host.Length > 0 && port is > 0 and <= 65535 ? new BrokerAddress(host, port) : null;
    }
}
