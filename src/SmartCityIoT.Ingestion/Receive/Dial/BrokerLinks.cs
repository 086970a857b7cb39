using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartCityIoT.Journal;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <summary>Keeps the platform subscribed at its external brokers, each over as many connections as the options say.</summary>
internal sealed class BrokerLinks(
    IOptions<BrokerOptions> options, MessageJournal journal, PlatformState platform, TimeProvider time, ILogger<BrokerLink> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var broker = options.Value;
        var board = new LinkBoard(platform);
        var links =
            from address in BrokerAddress.ParseList(broker)
            from connection in Enumerable.Range(0, broker.Connections)
            let filters = broker.Topics.Count > 0 ? broker.Topics : BucketShare.Filters(connection, broker.Connections)
            select new BrokerLink(broker, address, ClientId(broker, connection), filters, journal, platform, board, time, logger);
        return Task.WhenAll([.. links.Select(link => link.RunAsync(stoppingToken))]);
    }

    private static string ClientId(BrokerOptions broker, int connection) => connection == 0 ? broker.ClientId : $"{broker.ClientId}-{connection + 1}";
}
