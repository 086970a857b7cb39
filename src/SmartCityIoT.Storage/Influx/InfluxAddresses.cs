using System.Net.Http.Headers;
using System.Text;

namespace SmartCityIoT.Storage.Influx;

/// <summary>
/// Addresses and credentials of the three write paths:
/// <code>
/// v1  write?db=…[&amp;rp=…]&amp;precision=u                        Basic user:password
/// v2  api/v2/write?org=…&amp;bucket=…&amp;precision=us               Token …
/// v3  api/v3/write_lp?db=…&amp;precision=microsecond             Bearer …
/// </code>
/// Each version has its own word for microseconds.
/// </summary>
internal static class InfluxAddresses
{
    /// <summary>Address of the server, ended so that paths go behind it.</summary>
    public static Uri Root(InfluxOptions options) =>
        options.Url.AbsoluteUri.EndsWith('/') ? options.Url : new Uri(options.Url.AbsoluteUri + "/");

    public static Uri Write(InfluxOptions options, RetentionTarget target) => new(Root(options), options.Version switch
    {
        InfluxVersion.V2 => $"api/v2/write?org={Escaped(options.Org)}&bucket={Escaped(target.Within(options.Bucket))}&precision=us",
        InfluxVersion.V3 => $"api/v3/write_lp?db={Escaped(target.Within(options.Database))}&precision=microsecond",
        _ => $"write?db={Escaped(options.Database)}{(target.Policy is { } policy ? "&rp=" + Escaped(policy) : "")}&precision=u",
    });

    /// <summary>Credentials travel in the header on every path: in the address they would end up in the logs of every proxy.</summary>
    public static AuthenticationHeaderValue? Credentials(InfluxOptions options)
    {
        if (options.Version != InfluxVersion.V1)
        {
            return string.IsNullOrEmpty(options.Token) ? null : new AuthenticationHeaderValue(options.Version == InfluxVersion.V2 ? "Token" : "Bearer", options.Token);
        }

        return string.IsNullOrEmpty(options.UserName)
            ? null
            : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.UserName}:{options.Password}")));
    }

    private static string Escaped(string text) => Uri.EscapeDataString(text);
}
