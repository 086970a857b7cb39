using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using SmartCityIoT.Ingestion.Receive.Commands;
using SmartCityIoT.Journal;
using SmartCityIoT.Mqtt;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <summary>
/// One session at a broker: connects, and connects again with back-off and jitter for as long as the process lives. The broker keeps what
/// arrives meanwhile, under a session that outlasts our absence.
/// </summary>
internal sealed partial class BrokerLink(
    BrokerOptions options,
    BrokerAddress address,
    string clientId,
    IReadOnlyList<string> filters,
    BrokerPost post,
    DownlinkCourier courier,
    MessageJournal journal,
    PlatformState platform,
    LinkBoard board,
    TimeProvider time,
    ILogger<BrokerLink> logger)
{
    /// <summary>Bytes of received records at which the receive thread stops, and at which it goes on.</summary>
    private const int PauseBytes = 1 << 20;
    private const int ResumeBytes = PauseBytes / 2;

    /// <summary>Room for some thousand records in one piece of the pipe.</summary>
    private const int SegmentBytes = 64 * 1024;

    /// <summary>How long the alert of a forgotten session stands: long enough for every shift to see it.</summary>
    private static readonly TimeSpan PossibleLossStands = TimeSpan.FromHours(24);

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>Time that a stop may spend on acknowledging what was taken.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    /// <remarks>The pump runs on the receive thread until it has to wait for room: handing a few messages to another thread costs more than placing them.</remarks>
    internal static readonly PipeOptions Brake = new(
        readerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: PauseBytes,
        resumeWriterThreshold: ResumeBytes,
        minimumSegmentSize: SegmentBytes,
        useSynchronizationContext: false);

    private readonly string name = $"{address} as {clientId}";
    private ProtocolVersion version = options.Version == "5" ? ProtocolVersion.V5 : ProtocolVersion.V311;
    private TimeSpan delay = FirstDelay;
    private DateTimeOffset lostAt = time.GetUtcNow();
    private bool hadSession;

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            string reason;
            try
            {
                reason = await RunConnectionAsync(stopping).ConfigureAwait(false);
                lostAt = time.GetUtcNow();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (BrokerRefusedException refused) when (refused.Code == ReasonCode.UnsupportedProtocolVersion && version == ProtocolVersion.V5)
            {
                version = ProtocolVersion.V311;
                LogFallBack(name);
                continue;
            }
            catch (Exception problem)
            {
                reason = problem.Message;
            }

            board.Down(name, $"no connection to the broker {name}: {reason}");
            LogDisconnected(name, reason, delay.TotalSeconds);
            await Task.Delay(delay * (0.5 + Random.Shared.NextDouble()), time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            delay = delay * 2 > options.MaxReconnectDelay ? options.MaxReconnectDelay : delay * 2;
        }
    }

    /// <summary>Runs one connection to its end, and says why it ended.</summary>
    private async Task<string> RunConnectionAsync(CancellationToken stopping)
    {
        var plan = new SessionPlan(version, clientId, filters);
        var pipe = new Pipe(Brake);
        var appender = journal.CreateBatchAppender(isPatient: true);
        var acknowledgements = new AcknowledgementQueue();
        using var over = new CancellationTokenSource();
        var connection = new BrokerConnection(options, address, plan, pipe.Writer, acknowledgements, post, appender, time);
        var pumping = PumpAsync(new JournalPump(pipe.Reader, appender, acknowledgements, platform), connection, over.Token);
        try
        {
            connection.Start();
            Connected(await connection.Opened.WaitAsync(stopping).ConfigureAwait(false));
            return await connection.Ended.WaitAsync(stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (connection.Opened.IsCompletedSuccessfully)
        {
            connection.Stop();
            await Task.WhenAny(connection.Ended, Task.Delay(StopLimit, time, CancellationToken.None)).ConfigureAwait(false);
            throw;
        }
        finally
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
            await pumping.ConfigureAwait(false);
        }
    }

    private static async Task PumpAsync(JournalPump pump, BrokerConnection connection, CancellationToken over)
    {
        try
        {
            await pump.RunAsync(over).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The connection is over: the broker sends what was not acknowledged again.
        }
        catch (Exception problem)
        {
            connection.End(problem.Message);
        }
    }

    private void Connected(SessionStart session)
    {
        delay = FirstDelay;
        board.Up(name);
        courier.RingAll();
        LogConnected(name, session.IsPresent);
        foreach (var (filter, reason) in session.NotGranted) LogNotGranted(filter, reason);
        if (hadSession && !session.IsPresent)
        {
            var now = time.GetUtcNow();
            IngestionMeter.CountPossibleLoss();
            platform.Down(PlatformPart.PossibleLoss, $"The broker {name} forgot the session: what devices sent from {lostAt:O} to {now:O} may be lost.", until: now + PossibleLossStands);
            LogPossibleLoss(name, lostAt, now);
        }

        hadSession = true;
    }

    [LoggerMessage(2100, LogLevel.Information, "Subscribed at the broker {Broker} (session present: {SessionPresent})")]
    private partial void LogConnected(string broker, bool sessionPresent);

    [LoggerMessage(2101, LogLevel.Warning, "No connection to the broker {Broker}: {Reason}. Trying again in about {Seconds} s.")]
    private partial void LogDisconnected(string broker, string reason, double seconds);

    [LoggerMessage(2102, LogLevel.Warning, "The broker {Broker} does not speak MQTT 5: falling back to 3.1.1")]
    private partial void LogFallBack(string broker);

    [LoggerMessage(2103, LogLevel.Error, "The broker {Broker} forgot the session: possible loss from {From} to {To}")]
    private partial void LogPossibleLoss(string broker, DateTimeOffset from, DateTimeOffset to);

    [LoggerMessage(2110, LogLevel.Error, "The broker does not grant the subscription {Topic}: {Result}. Allow it in the broker's access list.")]
    private partial void LogNotGranted(string topic, ReasonCode result);
}
