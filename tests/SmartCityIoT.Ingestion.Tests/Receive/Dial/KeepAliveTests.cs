using Microsoft.Extensions.Time.Testing;
using SmartCityIoT.Ingestion.Receive.Dial;

namespace SmartCityIoT.Ingestion.Tests.Receive.Dial;

public sealed class KeepAliveTests
{
    private readonly FakeTimeProvider time = new();
    private readonly KeepAlive keepAlive;

    public KeepAliveTests() => keepAlive = new KeepAlive(TimeSpan.FromSeconds(10), time);

    [Fact]
    public void Silence_is_answered_by_a_question_and_no_answer_by_giving_up()
    {
        Assert.Equal(KeepAliveStep.None, After(9));
        Assert.Equal(KeepAliveStep.Ask, After(1));
        keepAlive.Sent();
        Assert.Equal(KeepAliveStep.None, After(4));
        Assert.Equal(KeepAliveStep.GiveUp, After(1));
    }

    [Fact]
    public void Any_byte_is_an_answer()
    {
        Assert.Equal(KeepAliveStep.Ask, After(10));
        keepAlive.Sent();
        time.Advance(TimeSpan.FromSeconds(3));
        keepAlive.Received();
        Assert.Equal(KeepAliveStep.None, After(6));
    }

    [Fact]
    public void A_broker_that_talks_is_told_all_the_same_that_we_are_there()
    {
        for (var second = 0; second < 9; second++)
        {
            keepAlive.Received();
            Assert.Equal(KeepAliveStep.None, After(1));
        }

        keepAlive.Received();
        Assert.Equal(KeepAliveStep.Ask, After(1));
    }

    [Fact]
    public void While_nothing_is_read_nobody_is_given_up()
    {
        keepAlive.Pause();
        Assert.Equal(KeepAliveStep.Ask, After(10));
        Assert.Equal(KeepAliveStep.Ask, After(5));
        Assert.Equal(KeepAliveStep.Ask, After(50));
        keepAlive.Sent();
        keepAlive.Resume();
        Assert.Equal(KeepAliveStep.None, After(1));
    }

    private KeepAliveStep After(int seconds)
    {
        time.Advance(TimeSpan.FromSeconds(seconds));
        return keepAlive.Next();
    }
}
