using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Storage;
using SmartCityIoT.Storage.Embedded;
using SmartCityIoT.Storage.Export;
using SmartCityIoT.Storage.Influx;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Server.Store;

/// <summary>
/// Names a store on the command line: <c>embedded:DIR</c>, <c>influx:http://HOST:8086/DATABASE</c> or <c>influx2:http://HOST:8086/ORG/BUCKET</c>. Secrets
/// are configuration, since other users of a machine see a command line.
/// </summary>
/// <param name="Text">As it was typed.</param>
/// <param name="DataDirectory">Data directory of an embedded store; null for a server.</param>
/// <param name="Server">Settings of a server, without secrets; null for an embedded store.</param>
internal sealed record StoreSpec(string Text, string? DataDirectory, IReadOnlyDictionary<string, string?>? Server)
{
    public const string Help = "embedded:DIR (a data directory), influx:http://HOST:8086/DATABASE or influx2:http://HOST:8086/ORG/BUCKET";

    /// <exception cref="StoreCopyException">The text names no store.</exception>
    public static StoreSpec Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var rest = colon < 0 ? "" : text[(colon + 1)..];
        return (colon < 0 ? text : text[..colon]) switch
        {
            "embedded" when rest.Length > 0 => new StoreSpec(text, Path.GetFullPath(rest), null),
            "influx" => OfServer(text, rest, "v1", ["Database"]),
            "influx2" => OfServer(text, rest, "v2", ["Org", "Bucket"]),
            _ => throw new StoreCopyException($"\"{text}\" names no store: write {Help}"),
        };
    }

    /// <summary>Makes the store; it is opened by who uses it.</summary>
    /// <param name="side"><c>From</c> or <c>To</c>: section of the configuration below <c>SmartCity:Store:Copy</c> with this side's secrets.</param>
    /// <param name="mustExist">It is only read: nothing is created.</param>
    /// <exception cref="StoreCopyException">It is an embedded store that cannot be opened.</exception>
    public async Task<ITelemetryStore> CreateAsync(string side, bool mustExist, IConfiguration configuration, SectorCatalog catalog)
    {
        if (Server is not null)
        {
            return new InfluxStore(ServerOptions(side, mustExist, configuration), catalog, TimeProvider.System, NullLogger<InfluxStore>.Instance);
        }

        var path = StoreDataOption.StoreIn(DataDirectory!);
        await EmbeddedStoreCheck.RunAsync(path, TimeProvider.System, mustExist).ConfigureAwait(false);

        // Nothing is dropped by a command: the platform does so at its next start, by its own option.
        var embedded = configuration.GetSection(EmbeddedOptions.Section).Get<EmbeddedOptions>() ?? new EmbeddedOptions();
        return new EmbeddedStore(
            path,
            new EmbeddedOptions { RetentionDays = 0, MemoryLimitMegabytes = embedded.MemoryLimitMegabytes, Threads = embedded.Threads, ReserveMegabytes = embedded.ReserveMegabytes },
            catalog,
            TimeProvider.System,
            NullLogger<EmbeddedStore>.Instance);
    }

    private static StoreSpec OfServer(string text, string address, string version, string[] names)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new StoreCopyException($"\"{text}\" names no store: write {Help}");
        }

        if (url.UserInfo.Length > 0) throw new StoreCopyException("a password does not belong on a command line: set SmartCity__Store__Copy__From__Password or …__To__Password");
        var path = url.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (path.Length < names.Length) throw new StoreCopyException($"\"{text}\" does not say {string.Join(" and ", names).ToLower(CultureInfo.InvariantCulture)}: write {Help}");
        var root = $"{url.GetLeftPart(UriPartial.Authority)}/{string.Concat(path[..^names.Length].Select(part => part + "/"))}";
        var settings = new Dictionary<string, string?> { ["Url"] = root, ["Version"] = version };
        for (var index = 0; index < names.Length; index++) settings[names[index]] = Uri.UnescapeDataString(path[^(names.Length - index)]);
        return new StoreSpec(text, null, settings);
    }

    /// <summary>
    /// Over the platform's own settings those of the side, and over all what the command line says. The platform's secrets are for its own server: another
    /// gets none but those of its side.
    /// </summary>
    private InfluxOptions ServerOptions(string side, bool mustExist, IConfiguration configuration)
    {
        var platform = configuration.GetSection(InfluxOptions.Section);
        var isPlatforms = Uri.TryCreate(platform["Url"], UriKind.Absolute, out var own) && own.Authority == new Uri(Server!["Url"]!).Authority;
        var settings = new Dictionary<string, string?>();
        if (isPlatforms) Take(platform);
        Take(configuration.GetSection("SmartCity:Store:Copy:" + side));
        foreach (var (key, value) in Server!) settings[key] = value;

        // The database that a bucket is mapped to for questions has the bucket's name, unless the configuration says otherwise.
        if (settings.TryGetValue("Bucket", out var bucket) && Server!.ContainsKey("Bucket")) settings.TryAdd("Database", bucket);
        settings["MaxSeriesPerMeasurement"] = "0";

        // A mistyped source is told, and not made.
        if (mustExist) settings["CreateDatabase"] = "false";
        return new ConfigurationBuilder().AddInMemoryCollection(settings).Build().Get<InfluxOptions>() ?? new InfluxOptions();

        void Take(IConfigurationSection section)
        {
            foreach (var (key, value) in section.AsEnumerable(makePathsRelative: true))
            {
                if (value is not null) settings[key] = value;
            }
        }
    }
}
