using System.Net;

namespace SmartCityIoT.Server.Hosting;

/// <summary>Where the page and the API may be bound.</summary>
internal static class HttpAddresses
{
    public const string Default = "http://127.0.0.1:5080";

    /// <summary>The addresses that the configuration asks for.</summary>
    /// <exception cref="StartupException">One of them is reachable from beyond this machine, which waits for sign-in.</exception>
    public static string[] Of(IConfiguration configuration)
    {
        var urls = (configuration["urls"] ?? Default).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var named = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>();
        foreach (var url in urls.Concat(named))
        {
            BindingAddress address;
            try
            {
                address = BindingAddress.Parse(url);
            }
            catch (FormatException problem)
            {
                throw new StartupException($"--urls has \"{url}\": {problem.Message} Write it like {Default}.", problem);
            }

            if (!IsLoopback(address.Host))
            {
                throw new StartupException(
                    $"refusing to serve HTTP on {url}: until people can sign in, the page and the API stay on this machine. Bind to 127.0.0.1 and put a reverse proxy with a login in front.");
            }
        }

        return urls;
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
