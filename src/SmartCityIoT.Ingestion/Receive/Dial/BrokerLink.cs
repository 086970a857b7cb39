using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MQTTnet;
using MQTTnet.Formatter;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <summary>
/// Keeps the platform subscribed at an external broker: connects, and connects again with back-off and jitter for as long as
/// the process lives. The broker keeps what arrives meanwhile, under a session that outlasts our absence.
/// </summary>
internal sealed partial class BrokerLink(
    IOptions<BrokerOptions> options, Intake intake, PlatformState platform, TimeProvider time, ILogger<BrokerLink> logger)
    : BackgroundService
{
    /// <summary>How long the alert of a forgotten session stands: long enough for every shift to see it.</summary>
    private static readonly TimeSpan PossibleLossStands = TimeSpan.FromHours(24);

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);

    private readonly BrokerOptions options = options.Value;
    private MqttProtocolVersion version = options.Value.Version == "5" ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311;
    private bool hadSession;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (string.IsNullOrEmpty(options.Host)) return;
        var delay = FirstDelay;
        var lostAt = time.GetUtcNow();
        while (!stoppingToken.IsCancellationRequested)
        {
            string reason;
            var connection = new BrokerConnection(intake, options, logger);
            await using (connection.ConfigureAwait(false))
            {
                try
                {
                    var sessionPresent = await connection.OpenAsync(ConnectOptions(), options, stoppingToken).ConfigureAwait(false);
                    Connected(sessionPresent, lostAt);
                    delay = FirstDelay;
                    reason = await connection.Ended.WaitAsync(stoppingToken).ConfigureAwait(false);
                    lostAt = time.GetUtcNow();
                }
                catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
                {
                    return;
                }
                catch (BrokerRefusedException refused) when (
                    refused.Code == MqttClientConnectResultCode.UnsupportedProtocolVersion && version == MqttProtocolVersion.V500)
                {
                    version = MqttProtocolVersion.V311;
                    LogFallBack(options.Host);
                    continue;
                }
                catch (Exception problem)
                {
                    reason = problem.InnerException?.Message ?? problem.Message;
                }
            }

            platform.Down(PlatformPart.Broker, $"no connection to the broker {options.Host}: {reason}");
            LogDisconnected(options.Host, reason, delay.TotalSeconds);
            await Task.Delay(delay * (0.5 + Random.Shared.NextDouble()), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            delay = delay * 2 > options.MaxReconnectDelay ? options.MaxReconnectDelay : delay * 2;
        }
    }

    private void Connected(bool sessionPresent, DateTimeOffset lostAt)
    {
        platform.Up(PlatformPart.Broker);
        LogConnected(options.Host!, sessionPresent);
        if (hadSession && !sessionPresent)
        {
            IngestionMeter.CountPossibleLoss();
            platform.Down(PlatformPart.PossibleLoss, $"The broker {options.Host} forgot the session: what devices sent from {lostAt:O} to {time.GetUtcNow():O} may be lost.", until: time.GetUtcNow() + PossibleLossStands);
            LogPossibleLoss(options.Host!, lostAt, time.GetUtcNow());
        }

        hadSession = true;
    }

    private MqttClientOptions ConnectOptions()
    {
        var builder = new MqttClientOptionsBuilder()
            .WithTcpServer(options.Host!, options.Port ?? (options.UseTls ? 8883 : 1883))
            .WithClientId(options.ClientId)
            .WithProtocolVersion(version)
            .WithCleanStart(false)
            .WithKeepAlivePeriod(options.KeepAlive)
            .WithTimeout(options.KeepAlive / 2)
            .WithTlsOptions(tls => tls.UseTls(options.UseTls));
        if (version == MqttProtocolVersion.V500)
        {
            builder = builder.WithSessionExpiryInterval((uint)options.SessionExpiry.TotalSeconds).WithReceiveMaximum(options.ReceiveMaximum);
        }

        if (!string.IsNullOrEmpty(options.UserName)) builder = builder.WithCredentials(options.UserName, options.Password);
        return builder.Build();
    }

    [LoggerMessage(2100, LogLevel.Information, "Subscribed at the broker {Host} (session present: {SessionPresent})")]
    private partial void LogConnected(string host, bool sessionPresent);

    [LoggerMessage(2101, LogLevel.Warning, "No connection to the broker {Host}: {Reason}. Trying again in about {Seconds} s.")]
    private partial void LogDisconnected(string host, string reason, double seconds);

    [LoggerMessage(2102, LogLevel.Warning, "The broker {Host} does not speak MQTT 5: falling back to 3.1.1")]
    private partial void LogFallBack(string host);

    [LoggerMessage(2103, LogLevel.Error, "The broker {Host} forgot the session: possible loss from {From} to {To}")]
    private partial void LogPossibleLoss(string host, DateTimeOffset from, DateTimeOffset to);
}
