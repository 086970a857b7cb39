using System.IO.Pipelines;
using System.Net.Sockets;
using SmartCityIoT.Journal;

namespace SmartCityIoT.Ingestion.Receive.Dial;

/// <summary>
/// One connection to the broker, from CONNECT to its end. Two threads that block, and a state that goes with the connection: an
/// acknowledgement can only ever leave on the connection that its message came in on.
/// <code>
///  receive thread:      socket ──▶ packets ──▶ records ──▶ pipe ──▶ JournalPump       a full pipe stops the thread, and so the broker
///  acknowledge thread:  socket ◀── PUBACKs, many in one write ◀── AcknowledgementQueue ◀── JournalPump       and PINGREQ
/// </code>
/// </summary>
internal sealed partial class BrokerConnection : IAsyncDisposable
{
    /// <summary>Time for the broker to take the connection and to answer CONNECT and SUBSCRIBE.</summary>
    private const int OpenMilliseconds = 20_000;

    private readonly BrokerOptions options;
    private readonly SessionPlan plan;
    private readonly PipeWriter records;
    private readonly AcknowledgementQueue acknowledgements;
    private readonly BrokerPost post;
    private readonly JournalBatchAppender journal;
    private readonly TimeProvider time;
    private readonly ManualResetEvent ended = new(initialState: false);
    private readonly BrokerTransport transport;
    private readonly TaskCompletionSource<SessionStart> opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task receiving = Task.CompletedTask;
    private Task acknowledging = Task.CompletedTask;
    private volatile bool isStopping;

    /// <param name="records">Where messages go, as <see cref="ReceivedRecord"/>s; completed when no more will come.</param>
    /// <param name="acknowledgements">Filled, and completed, by whoever takes the records on.</param>
    /// <param name="post">What is published at the broker.</param>
    /// <param name="journal">Knows which positions are durable.</param>
    public BrokerConnection(
        BrokerOptions options,
        BrokerAddress address,
        SessionPlan plan,
        PipeWriter records,
        AcknowledgementQueue acknowledgements,
        BrokerPost post,
        JournalBatchAppender journal,
        TimeProvider time)
    {
        this.options = options;
        this.plan = plan;
        this.records = records;
        this.acknowledgements = acknowledgements;
        this.post = post;
        this.journal = journal;
        this.time = time;
        transport = new BrokerTransport(options, address, ended);
        keepAlive = new KeepAlive(options.KeepAlive, time);
    }

    /// <summary>
    /// Completes when the broker has answered the subscription. Faulted with <see cref="BrokerRefusedException"/> when it refused the connection,
    /// and with <see cref="IOException"/> when it did not come to that.
    /// </summary>
    public Task<SessionStart> Opened => opened.Task;

    /// <summary>Completes with the reason when the connection is over.</summary>
    public Task<string> Ended => end.Task;

    public void Start() => receiving = RunThread(Receive, "dial receive");

    /// <summary>
    /// Takes no more in, and says goodbye when everything that was taken is acknowledged; <see cref="Ended"/> says when.
    /// </summary>
    public void Stop()
    {
        isStopping = true;
        transport.StopReading();
    }

    /// <summary>Ends the connection where it stands: what is not acknowledged the broker sends again.</summary>
    public void End(string reason) => End(new IOException(reason));

    public async ValueTask DisposeAsync()
    {
        End("closed");
        await receiving.ConfigureAwait(false);
        await acknowledging.ConfigureAwait(false);
        ended.Dispose();
    }

    private void End(Exception reason)
    {
        if (!end.TrySetResult(reason.Message)) return;
        opened.TrySetException(reason);
        post.Close();

        // Whatever the two threads wait for comes to its end.
        ended.Set();
        transport.Dispose();
        records.CancelPendingFlush();
        acknowledgements.Wake();
    }

    /// <summary>What goes wrong on a link, as against what is wrong with the program.</summary>
    private static bool IsLinkProblem(Exception problem) =>
        problem is IOException or SocketException or ObjectDisposedException or JournalFailedException;

    private static Task RunThread(Action run, string name) => Task.Factory.StartNew(
        () =>
        {
            Thread.CurrentThread.Name = name;
            run();
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}
