using System.Runtime.CompilerServices;
using PSSR.Host;

namespace PSSR.Tests.Host;

public class KeptTests
{
    [Fact]
    public void A_number_outlives_a_collection_that_takes_a_converted_one()
    {
        WeakReference<Scalar> kept = Weak(() => Kept.Of(0.25)), converted = Weak(() => 0.25);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.False(converted.TryGetTarget(out _));
        Assert.True(kept.TryGetTarget(out var number));
        Assert.Equal(0.25, number.ToDouble());
    }

    [Fact]
    public void A_number_is_freed_by_the_256th_after_it_on_its_thread()
    {
        var first = Kept.Of(1.5);
        for (var i = 1; i < 256; i++) Kept.Of(i);
        Assert.Equal(1.5, first.ToDouble());
        Kept.Of(2);
        Assert.Throws<InvalidOperationException>(() => first.ToDouble());
    }

    [Fact]
    public void Threads_do_not_take_each_others_numbers()
    {
        var first = Kept.Of(1.5);
        var other = new Thread(() =>
        {
            for (var i = 0; i < 1000; i++) Kept.Of(i);
        });
        other.Start();
        other.Join();
        Assert.Equal(1.5, first.ToDouble());
    }

    [Fact]
    public void A_whole_number_leaves_whole_numbers_whole()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, dtype: int64);
        Assert.Equal(int64, (x * Kept.Of(2)).dtype);
        Assert.Equal(int64, x.Plus(x).dtype);
        Assert.Equal(int64, x.Squared().dtype);
        Assert.Equal(bfloat16, (x.to(bfloat16) * Kept.Of(0.5)).dtype);
    }

    [Fact]
    public void Sum_square_and_value_are_those_of_the_operators()
    {
        using var scope = NewDisposeScope();
        Tensor x = rand(100, dtype: float64), y = rand(100, dtype: float64);
        Assert.True(x.Plus(y).Equals(x + y));
        Assert.True(x.Plus(0.3).Equals(x + 0.3));
        Assert.True(x.Squared().Equals(x.square()));
        Assert.Equal(x.sum().ToDouble(), x.sum().Value());
        Assert.Equal(1, ones(1, dtype: @bool).Value());
    }

    [Fact]
    public void Values_are_those_of_the_accessor_whatever_the_layout()
    {
        using var scope = NewDisposeScope();
        Tensor x = rand(4, 5, 6), turned = x.permute(2, 0, 1), part = x.narrow(1, 1, 3);
        Assert.Equal(x.data<float>().ToArray(), x.Values<float>());
        Assert.Equal(turned.contiguous().data<float>().ToArray(), turned.Values<float>());
        Assert.Equal(part.contiguous().data<float>().ToArray(), part.Values<float>());
        Assert.Equal([7L], tensor(7L).Values<long>());
        Assert.Equal([1, 200], tensor(new byte[] { 1, 200 }).Values<byte>());
        Assert.Empty(zeros(0, 3).Values<float>());
        Assert.Equal([0.5f], full(1, 0.5f, requires_grad: true).Values<float>());
        Assert.Contains("Float32", Assert.Throws<ArgumentException>(() => x.Values<double>()).Message, StringComparison.Ordinal);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference<Scalar> Weak(Func<Scalar> make) => new(make());
}
