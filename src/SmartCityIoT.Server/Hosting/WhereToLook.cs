using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using SmartCityIoT.Ingestion;

namespace SmartCityIoT.Server.Hosting;

/// <summary>The lines that tell a person where everything is, once it runs.</summary>
internal static class WhereToLook
{
    public static string Of(WebApplication platform)
    {
        var http = Http(platform);
        var ways = platform.Services.GetRequiredService<PlatformState>().DeviceEndpoints;
        return $"""

              Page      {http}
              API       {http}/docs
              Devices   {(ways.Count == 0 ? "not listening (SmartCity:Mqtt:Listen:Enabled is false)" : string.Join("\n            ", ways))}
              Data      {platform.Services.GetRequiredService<DataFolder>().Path}

              Ctrl+C stops.

            """;
    }

    /// <summary>The first address that HTTP is served on.</summary>
    public static string Http(WebApplication platform) =>
        platform.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First().TrimEnd('/');
}

/// <summary>The data directory that this process uses, as an absolute path.</summary>
internal sealed record DataFolder(string Path);
