using System.Net;
using System.Net.Http.Json;

namespace SmartCityIoT.LoadTest.Platform;

/// <summary>The questions that the measurements ask of the running program.</summary>
internal sealed class PlatformApi(Uri page) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = page };

    /// <summary>The area in which the most devices stand; null while there are none.</summary>
    public async Task<Area?> LargestAreaAsync(CancellationToken cancellation)
    {
        var areas = await GetAsync<Listing<Area>>("api/v1/areas", cancellation).ConfigureAwait(false);
        return areas.Items.Where(area => area.Devices > 0).MaxBy(area => area.Devices);
    }

    /// <summary>How many readings of a field the store holds of an area, from a time on.</summary>
    /// <param name="from">Unix milliseconds.</param>
    public async Task<long> StoredReadingsAsync(string area, string sector, string field, long from, CancellationToken cancellation)
    {
        var query = FormattableString.Invariant($"api/v1/aggregates?area={area}&sector={sector}&field={field}&from={from}&to={from + 600_000}&interval=600");
        try
        {
            var means = await GetAsync<Means>(query, cancellation).ConfigureAwait(false);
            return means.Points.Sum(point => point.Count);
        }
        catch (HttpRequestException problem) when (problem.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            // The page is there before the store is open.
            return 0;
        }
    }

    /// <summary>Messages received since a time, by the balance sheet of the minutes.</summary>
    /// <param name="from">Unix milliseconds.</param>
    public async Task<long> ReceivedAsync(long from, CancellationToken cancellation)
    {
        var balance = await GetAsync<Listing<BalanceMinute>>(FormattableString.Invariant($"api/v1/balance?from={from}"), cancellation).ConfigureAwait(false);
        return balance.Items.Sum(minute => minute.Received);
    }

    /// <summary>Redeliveries that the program told apart, by the balance sheet of the last hour.</summary>
    public async Task<long> DuplicatesAsync(CancellationToken cancellation) =>
        (await GetAsync<Listing<BalanceMinute>>("api/v1/balance", cancellation).ConfigureAwait(false)).Items.Sum(minute => minute.Duplicate);

    /// <summary>Provisions a device of the water sector.</summary>
    /// <returns>Its secret.</returns>
    public async Task<string> CreateWaterMeterAsync(string id, string area, CancellationToken cancellation)
    {
        var device = new
        {
            id,
            name = "Load test " + id,
            sector = "water",
            model = "load-test",
            interval = 60,
            site = new { code = "load-test", name = "Load test", latitude = 12.68, longitude = 108.04, area },
        };
        using var response = await http.PostAsJsonAsync("api/v1/devices", device, cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw new LoadTestException($"device {id} cannot be created: {await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false)}");
        }

        var created = await response.Content.ReadFromJsonAsync<CreatedDevice>(cancellation).ConfigureAwait(false);
        return created!.Secret;
    }

    /// <summary>Opens the event stream of all devices; the caller reads it to its end or disposes it.</summary>
    public async Task<EventStream> OpenStreamAsync(CancellationToken cancellation)
    {
        var response = await http.GetAsync(new Uri("api/v1/stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        return new EventStream(response, await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false));
    }

    public async Task<PlatformMetrics> MetricsAsync(CancellationToken cancellation) =>
        PlatformMetrics.Parse(await http.GetStringAsync(new Uri("metrics", UriKind.Relative), cancellation).ConfigureAwait(false));

    public void Dispose() => http.Dispose();

    /// <exception cref="HttpRequestException">The answer is no success; its status code says which.</exception>
    private async Task<T> GetAsync<T>(string path, CancellationToken cancellation) =>
        await http.GetFromJsonAsync<T>(path, cancellation).ConfigureAwait(false) ?? throw new LoadTestException($"{path} answered null");

    internal sealed record Area(string Code, int Devices);

    private sealed record Listing<T>(IReadOnlyList<T> Items);

    private sealed record Means(IReadOnlyList<MeansPoint> Points);

    private sealed record MeansPoint(long Count);

    private sealed record BalanceMinute(long Received, long Duplicate);

    private sealed record CreatedDevice(string Secret);
}
