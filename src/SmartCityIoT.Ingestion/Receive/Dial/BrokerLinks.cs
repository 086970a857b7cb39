using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartCityIoT.Ingestion.Receive.Commands;
using SmartCityIoT.Journal;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <summary>Keeps the platform subscribed at its external brokers, each over as many connections as the options say, and has commands published there.</summary>
internal sealed class BrokerLinks(
    IOptions<BrokerOptions> options, MessageJournal journal, DownlinkCourier courier, PlatformState platform, TimeProvider time, ILoggerFactory loggers)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var broker = options.Value;
        var addresses = BrokerAddress.ParseList(broker)!;
        if (addresses.Count == 0) return;
        var board = new LinkBoard(platform);
        var posts = addresses.Select(_ => Enumerable.Range(0, broker.Connections).Select(_ => new BrokerPost(time)).ToArray()).ToArray();
        using var carrier = new BrokerCarrier(courier, posts, time, loggers.CreateLogger<BrokerCarrier>());
        var logger = loggers.CreateLogger<BrokerLink>();
        var links =
            from address in Enumerable.Range(0, addresses.Count)
            from connection in Enumerable.Range(0, broker.Connections)
            let filters = broker.Topics.Count > 0 ? broker.Topics : BucketShare.Filters(connection, broker.Connections)
            let clientId = ClientId(broker, connection)
            select new BrokerLink(broker, addresses[address], clientId, filters, posts[address][connection], courier, journal, platform, board, time, logger);
        await Task.WhenAll([.. links.Select(link => link.RunAsync(stoppingToken))]).ConfigureAwait(false);
    }

    private static string ClientId(BrokerOptions broker, int connection) => connection == 0 ? broker.ClientId : $"{broker.ClientId}-{connection + 1}";
}
