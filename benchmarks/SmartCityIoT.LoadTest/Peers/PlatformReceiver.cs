using System.IO.Pipelines;
using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Ingestion.Receive.Dial;
using SmartCityIoT.Journal;
using SmartCityIoT.LoadTest.Platform;
using SmartCityIoT.Mqtt;

namespace SmartCityIoT.LoadTest.Peers;

/// <summary>
/// The platform's own subscriber, threads and pipe and all. In place of the journal stands the handler: what it was handed is acknowledged at once,
/// as of a position that an empty journal calls durable.
/// </summary>
/// <param name="caFile">Certificate that the broker's must lead to, over TLS; null for plain TCP.</param>
internal sealed class PlatformReceiver(MessageHandler take, string? caFile = null) : IReceiver
{
    private readonly TemporaryFolder folder = new();
    private readonly CancellationTokenSource over = new();
    private (long Position, ushort PacketId)[] handedOver = new (long, ushort)[1_024];
    private MessageJournal? journal;
    private BrokerConnection? connection;
    private Task handing = Task.CompletedTask;
    private long received;

    public long Received => Volatile.Read(ref received);

    public string? Problem => connection?.Ended is { IsCompletedSuccessfully: true, Result: var reason } ? reason : null;

    public async Task OpenAsync(int port, string filter, int qos, CancellationToken cancellation)
    {
        // The subscriber asks for QoS 1 whatever comes; the peer sends at the one that is measured.
        var options = new BrokerOptions { Host = "127.0.0.1", Port = port, ReceiveMaximum = ushort.MaxValue, UseTls = caFile is not null, CaFile = caFile };
        var plan = new SessionPlan(ProtocolVersion.V5, "smartcity-load", [filter]);
        journal = MessageJournal.Open(new JournalOptions { Directory = folder.DataDirectory }, TimeProvider.System, NullLogger.Instance);
        var pipe = new Pipe(BrokerLink.Brake);
        var acknowledgements = new AcknowledgementQueue();
        connection = new BrokerConnection(
            options, BrokerAddress.ParseList(options)![0], plan, pipe.Writer, acknowledgements, new BrokerPost(TimeProvider.System), journal.CreateBatchAppender(isPatient: true), TimeProvider.System);
        handing = HandOverAsync(pipe.Reader, acknowledgements);
        connection.Start();
        await connection.Opened.WaitAsync(cancellation).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null) await connection.DisposeAsync().ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        await handing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (journal is not null) await journal.DisposeAsync().ConfigureAwait(false);
        folder.Dispose();
        over.Dispose();
    }

    private async Task HandOverAsync(PipeReader pipe, AcknowledgementQueue acknowledgements)
    {
        ReadResult read;
        do
        {
            read = await pipe.ReadAsync(over.Token).ConfigureAwait(false);
            var count = 0;
            foreach (var segment in read.Buffer)
            {
                for (var rest = segment.Span; ReceivedRecord.TryRead(rest, out var record); rest = rest[record.Length..])
                {
                    take(record.Payload);
                    Volatile.Write(ref received, received + 1);
                    if (record.Qos == 0) continue;
                    if (count == handedOver.Length) Array.Resize(ref handedOver, count * 2);
                    handedOver[count++] = (0, record.PacketId);
                }
            }

            if (count > 0) acknowledgements.Add(handedOver.AsSpan(0, count));
            pipe.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);
    }
}
